-- Passports: words of the latest rule; thresholds, breaks and measures from the seeds that the calculation reads.
with ranked as (

    select
        indicators.*,
        row_number() over (partition by indicator_code order by first_academic_year desc) as preference
    from {{ ref('indicators') }} as indicators

),

breaks as (

    select
        indicator_code,
        {{ joined_texts("academic_year || ' — ' || reason", '; ') }} as breaks
    from {{ ref('series_breaks') }}
    group by indicator_code

),

variants as (

    select
        indicator_code,
        {{ joined_texts('measure') }} as measures
    from {{ ref('indicator_variants') }}
    group by indicator_code

)

select
    ranked.indicator_code,
    ranked.title,
    ranked.definition,
    ranked.formula,
    ranked.source,
    ranked.periodicity,
    ranked.limits,
    coalesce(breaks.breaks, 'нет') as breaks,
    ranked.unit,
    ranked.main_measure,
    ranked.is_higher_better,
    ranked.document,
    variants.measures,
    rules.academic_year as rules_year,
    substr(rules.ordered_words, 3) as rules
from ranked
inner join variants
    on ranked.indicator_code = variants.indicator_code
left join breaks
    on ranked.indicator_code = breaks.indicator_code
left join {{ ref('int_indicator_rules') }} as rules
    on ranked.indicator_code = rules.indicator_code
where ranked.preference = 1
