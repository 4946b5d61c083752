-- All figures with their value and interval, before they are compared over the years.
with parts as (

    {% for domain in ['gia', 'olympiad', 'contest', 'platform'] %}
    select
        {% for key in figure_keys() -%}
        {{ key }},
        {% endfor -%}
        numerator,
        denominator,
        value_low,
        value_high,
        value_kind,
        n_pending,
        n_ambiguous,
        n_excluded,
        has_source
    from {{ part('part_' ~ domain ~ '_figures') }} as {{ domain }}_figures
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

judged as (

    select
        parts.*,
        variants.value_form = 'share' as is_share,
        variants.is_official,
        case
            when not parts.has_source then 'x'
            when variants.value_form = 'share' and parts.denominator = 0 then 'z'
        end as symbol
    from parts
    inner join {{ ref('indicator_variants') }} as variants
        on
            parts.indicator_code = variants.indicator_code
            and parts.measure = variants.measure
            and parts.gia_level = variants.gia_level
            and parts.cutoff = variants.cutoff
            and parts.denominator_kind = variants.denominator_kind
            and parts.stage = variants.stage
            and parts.subject = variants.subject
            and parts.award = variants.award
            and parts.usage_level = variants.usage_level
            and parts.period = variants.period
            and {{ in_force('variants', 'parts.academic_year') }}

),

-- A figure without a source has no numbers at all; a share over nobody has 0 over 0 and no value.
cleaned as (

    select
        {% for key in figure_keys() -%}
        {{ key }},
        {% endfor -%}
        case
            when symbol = 'x' or value_kind <> 'point' and symbol is null then null
            when symbol = 'z' then 0
            else numerator
        end as numerator,
        case when symbol is null or symbol = 'z' then denominator end as denominator,
        case when symbol is null then value_kind else 'point' end as value_kind,
        case when symbol is null and value_kind <> 'point' then value_low end as value_low,
        case when symbol is null and value_kind <> 'point' then value_high end as value_high,
        case when symbol is null or symbol = 'z' then n_pending end as n_pending,
        case when symbol is null or symbol = 'z' then n_ambiguous end as n_ambiguous,
        case when symbol is null or symbol = 'z' then n_excluded end as n_excluded,
        is_share,
        is_official,
        symbol
    from judged

)

select
    {{ figure_id() }} as figure_id,
    {% for key in figure_keys() -%}
    {{ key }},
    {% endfor -%}
    cast(numerator as bigint) as numerator,
    cast(denominator as bigint) as denominator,
    case when is_share then {{ share('numerator', 'denominator') }} else cast(numerator as {{ dbl() }}) end as value,
    value_kind,
    value_low,
    value_high,
    n_pending,
    n_ambiguous,
    n_excluded,
    case when is_share then {{ wilson_low('numerator', 'denominator') }} end as ci_low,
    case when is_share then {{ wilson_high('numerator', 'denominator') }} end as ci_high,
    is_share,
    is_official,
    symbol
from cleaned
