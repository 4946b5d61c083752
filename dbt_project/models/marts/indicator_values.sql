with figures as (

    select * from {{ ref('int_figures') }}

),

breaks as (

    select distinct
        academic_year,
        indicator_code,
        gia_level
    from {{ ref('series_breaks') }}

),

rule_version as (

    select coalesce(max(case when name = 'rule_version' then value end), 'unversioned') as rule_version
    from {{ source('run', 'settings') }}

),

-- A break of one level of ГИА breaks the figure of all levels too; a break without a level breaks every level.
broken as (

    select distinct
        levels.academic_year,
        levels.indicator_code,
        levels.gia_level
    from (select distinct academic_year, indicator_code, gia_level from figures) as levels
    inner join breaks
        on
            levels.academic_year = breaks.academic_year
            and levels.indicator_code = breaks.indicator_code
            and (breaks.gia_level in (levels.gia_level, 'z') or levels.gia_level = 'all')

),

-- What the year after is compared with, under the id that the figure has there: made of the keys, one text stands for
-- fourteen of them.
previous as (

    select
        {{ figure_id('figures', {'academic_year': 'years.academic_year'}) }} as next_figure_id,
        figures.numerator,
        figures.denominator,
        figures.value
    from figures
    inner join {{ ref('int_academic_years') }} as years
        on figures.academic_year = years.previous_academic_year
    where figures.value is not null

),

with_previous as (

    select
        figures.*,
        broken.academic_year is not null as series_break,
        broken.academic_year is null
        and previous_broken.academic_year is null
        and figures.value is not null
        and previous.value is not null as is_comparable,
        previous.numerator as previous_numerator,
        previous.denominator as previous_denominator,
        previous.value as previous_value
    from figures
    inner join {{ ref('int_academic_years') }} as years
        on figures.academic_year = years.academic_year
    left join previous
        on figures.figure_id = previous.next_figure_id
    left join broken
        on
            figures.academic_year = broken.academic_year
            and figures.indicator_code = broken.indicator_code
            and figures.gia_level = broken.gia_level
    left join broken as previous_broken
        on
            years.previous_academic_year = previous_broken.academic_year
            and figures.indicator_code = previous_broken.indicator_code
            and figures.gia_level = previous_broken.gia_level

),

compared as (

    select
        with_previous.*,
        case when is_comparable then value - previous_value end as change,
        case
            when not is_comparable then null
            when is_share
                then {{ newcombe_low('numerator', 'denominator', 'previous_numerator', 'previous_denominator') }}
            else {{ count_change_end('numerator', 'previous_numerator', -1) }}
        end as change_low,
        case
            when not is_comparable then null
            when is_share
                then {{ newcombe_high('numerator', 'denominator', 'previous_numerator', 'previous_denominator') }}
            else {{ count_change_end('numerator', 'previous_numerator', 1) }}
        end as change_high
    from with_previous

)

select
    compared.figure_id,
    {% for key in figure_keys() -%}
    compared.{{ key }},
    {% endfor -%}
    compared.numerator,
    compared.denominator,
    compared.value,
    compared.value_kind,
    compared.value_low,
    compared.value_high,
    compared.n_pending,
    compared.n_ambiguous,
    compared.n_excluded,
    compared.ci_low,
    compared.ci_high,
    compared.change,
    compared.change_low,
    compared.change_high,
    case
        when compared.change_low is null or compared.change_high is null then 'not_comparable'
        when compared.change_low > 0 then 'growth'
        when compared.change_high < 0 then 'decline'
        else 'within_noise'
    end as change_status,
    compared.series_break,
    compared.symbol,
    compared.is_official,
    rule_version.rule_version
from compared
cross join rule_version
