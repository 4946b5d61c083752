-- What: every platform that reports has a row in the seed `platforms` for its year.
-- When it matters: without a class nobody knows whether a platform counts in I5; it must not be guessed.
-- How to resolve: add the platform to rules/platforms.csv of the home.
select distinct
    usage.academic_year,
    usage.platform_code
from (
    select
        academic_year,
        platform_code
    from {{ ref('stg_platform_persons__usage') }}
    union all
    select
        academic_year,
        platform_code
    from {{ lake('platform_events', 'actions') }}
    union all
    select
        academic_year,
        platform_code
    from {{ ref('stg_platform_aggregate__months') }}
) as usage
left join {{ ref('platforms') }} as platforms
    on
        usage.platform_code = platforms.platform_code
        and platforms.first_academic_year <= usage.academic_year
        and coalesce(platforms.last_academic_year, usage.academic_year) >= usage.academic_year
where platforms.platform_code is null
