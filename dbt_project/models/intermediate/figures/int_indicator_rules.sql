-- The thresholds of the latest year in scope in words, from the seeds that the calculation itself reads.
with latest as (

    select max(academic_year) as academic_year
    from {{ ref('int_academic_years') }}

),

settings as (

    select max(case when name = 'region_code' then value end) as region_code
    from {{ source('run', 'settings') }}

),

-- The same choice as in int_gia_minimums: the region's own row, then the one that begins later.
minimums as (

    select
        latest.academic_year,
        minimums.gia_level,
        minimums.exam_form,
        minimums.scale,
        cast(cast(minimums.minimum as bigint) as {{ text() }}) as minimum,
        case
            when minimums.exam_form = 'gve' then subjects.subject_name
            when minimums.gia_level = 9 then subjects.subject_name_9
            else subjects.subject_name_11
        end as subject_name,
        row_number() over (
            partition by minimums.gia_level, minimums.exam_form, minimums.subject_code
            order by
                case when minimums.region = 'any' then 1 else 0 end,
                minimums.first_academic_year desc
        ) as preference
    from latest
    inner join {{ ref('exam_minimums') }} as minimums
        on {{ in_force('minimums', 'latest.academic_year') }}
    inner join {{ ref('subjects') }} as subjects
        on
            minimums.subject_code = subjects.subject_code
            and {{ in_force('subjects', 'latest.academic_year') }}
    cross join settings
    where minimums.region in ('any', coalesce(settings.region_code, 'any'))

),

minimum_words as (

    select
        academic_year,
        case exam_form when 'ege' then 'ЕГЭ' when 'oge' then 'ОГЭ' else 'ГВЭ' end
        || ', ' || cast(gia_level as {{ text() }}) || ' класс, '
        || case scale when 'mark' then 'отметка' else 'балл' end
        || ' от ' || minimum as words,
        {{ joined_texts('subject_name') }} as subjects
    from minimums
    where preference = 1
    group by
        academic_year,
        exam_form,
        gia_level,
        scale,
        minimum

),

words as (

    select
        latest.academic_year,
        'I1' as indicator_code,
        '1 сроки, ' || cast(calendar.gia_level as {{ text() }}) || ' класс: основной — по '
        || cast(calendar.main_last_day as {{ text() }}) || '.' || cast(calendar.main_last_month as {{ text() }})
        || ', с сентябрём — по ' || cast(calendar.september_last_day as {{ text() }})
        || '.' || cast(calendar.september_last_month as {{ text() }}) as words
    from latest
    inner join {{ ref('exam_calendar') }} as calendar
        on {{ in_force('calendar', 'latest.academic_year') }}
    union all
    select
        academic_year,
        'I1' as indicator_code,
        '2 ' || words || ': ' || replace(subjects, ',', ', ') as words
    from minimum_words
    union all
    select
        latest.academic_year,
        'I5' as indicator_code,
        '1 ' || rules.period || ' кончается ' || cast(rules.last_day as {{ text() }}) || '.' || cast(rules.last_month as {{ text() }})
        || ': L2 — месяцев с действиями от ' || cast(rules.minimum_months as {{ text() }})
        || ', L3 — учебных недель от ' || cast(cast(100 * rules.minimum_week_share as bigint) as {{ text() }})
        || ' %, без отпусков дольше месяцев: ' || cast(rules.leave_months as {{ text() }}) as words
    from latest
    inner join {{ ref('half_years') }} as rules
        on {{ in_force('rules', 'latest.academic_year') }}
    union all
    select
        latest.academic_year,
        'I5' as indicator_code,
        '2 платформы: ' || {{ joined_texts('platforms.title', ', ') }} as words
    from latest
    inner join {{ ref('platforms') }} as platforms
        on {{ in_force('platforms', 'latest.academic_year') }}
    where
        platforms.is_approved
        and platforms.platform_class <> 'journal'
    group by latest.academic_year

)

-- The digit in front only orders the words.
select
    academic_year,
    indicator_code,
    replace(replace({{ joined_texts('words', '; ') }}, '; 1 ', '; '), '; 2 ', '; ') as ordered_words
from words
group by
    academic_year,
    indicator_code
