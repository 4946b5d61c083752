-- Level 11 of a school whose people are not known: how many graduates passed at least and at most (Fréchet bounds).
-- The reasoning stands in int_gia_return_bounds.yml.
with counts as (

    select
        counts.academic_year,
        counts.school_code,
        max(counts.graduates) as graduates,
        max(case when counts.subject_code = 1 then coalesce(counts.participants, 0) else 0 end) as russian,
        max(case when counts.subject_code = 1 then coalesce(counts.below_minimum, 0) else 0 end) as russian_failed,
        max(case when counts.subject_code = 2 then coalesce(counts.participants, 0) else 0 end) as profile,
        max(case when counts.subject_code = 2 then coalesce(counts.below_minimum, 0) else 0 end) as profile_failed,
        max(case when counts.subject_code = 22 then coalesce(counts.participants, 0) else 0 end) as base,
        max(case when counts.subject_code = 22 then coalesce(counts.below_minimum, 0) else 0 end) as base_failed
    from {{ ref('stg_gia_school_return__subject_counts') }} as counts
    inner join {{ years_to_build('gia') }} as wanted
        on counts.academic_year = wanted.academic_year
    where
        counts.gia_level = 11
        and counts.record_kind = 'results'
    group by
        counts.academic_year,
        counts.school_code

),

-- Participants beyond the graduates are other people (past graduates): their failures may be all the failures there are.
failures as (

    select
        counts.*,
        greatest(0, russian_failed - greatest(0, russian - graduates)) as russian_certain,
        greatest(
            0,
            least(graduates, base + profile - least(base_failed + profile_failed, base, profile))
            - (base - base_failed)
            - (profile - profile_failed)
        ) as mathematics_certain,
        greatest(0, graduates - russian) as russian_unseen,
        greatest(0, graduates - base - profile) as mathematics_unseen
    from counts
    where graduates is not null

),

bounds as (

    select
        academic_year,
        school_code,
        graduates,
        greatest(russian_certain, mathematics_certain) as failed_low,
        least(
            graduates,
            russian_failed + base_failed + profile_failed + russian_unseen + mathematics_unseen
        ) as failed_high
    from failures

)

select
    academic_year,
    school_code,
    cast(graduates as bigint) as graduates,
    cast(graduates - failed_high as bigint) as passed_low,
    cast(greatest(graduates - failed_low, graduates - failed_high) as bigint) as passed_high
from bounds
