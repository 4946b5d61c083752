with scaffold as (

    select figures.*
    from {{ ref('int_figure_scaffold') }} as figures
    inner join {{ years_to_build('olympiad') }} as years
        on figures.academic_year = years.academic_year
    where figures.indicator_code in ('I2', 'I3')

),

-- A region's figure exists when every municipality of it delivered.
delivered as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        keys.stage,
        keys.subject,
        bool_and(coalesce(sources.is_delivered, false)) as is_delivered,
        bool_and(coalesce(sources.is_delivered and sources.is_final, false)) as is_final
    from {{ ref('int_area_municipalities') }} as areas
    cross join (select distinct stage, subject from scaffold) as keys
    left join {{ ref('int_olympiad_sources') }} as sources
        on
            areas.academic_year = sources.academic_year
            and areas.member_municipality_code = sources.municipality_code
            and keys.stage = sources.stage
            and keys.subject = sources.subject
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        keys.stage,
        keys.subject

),

excluded as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject,
        cast(sum(n) as bigint) as n
    from {{ ref('int_olympiad_exclusions') }}
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject

),

counted as (

    select
        scaffold.*,
        case when scaffold.measure = 'unmatched' then 0 else coalesce(excluded.n, 0) end as n_excluded,
        case when scaffold.measure = 'unmatched' then 0 else coalesce(counts.pupils_ambiguous, 0) end as n_ambiguous,
        case
            when scaffold.measure = 'unmatched' then unmatched.is_known
            when scaffold.measure = 'per_100' then delivered.is_delivered and contingent.is_complete
            when scaffold.indicator_code = 'I3' then delivered.is_final
            else delivered.is_delivered
        end as has_source,
        case
            when scaffold.measure = 'per_100' then contingent.pupils
            when scaffold.measure = 'share_of_participants' then coalesce(counts.pupils_high, 0)
        end as denominator_high,
        case
            when scaffold.measure = 'per_100' then contingent.pupils
            when scaffold.measure = 'share_of_participants' then coalesce(counts.pupils_low, 0)
        end as denominator_low,
        {% for end in ['low', 'high'] %}
        coalesce(
            case
                when scaffold.indicator_code = 'I2' and scaffold.measure in ('pupils', 'per_100') then counts.pupils_{{ end }}
                when scaffold.measure = 'unmatched' then unmatched.n
                when scaffold.measure = 'participations' then counts.participations_{{ end }}
                when scaffold.measure = 'older_grade' then counts.older_{{ end }}
                when scaffold.measure = 'diplomas' and scaffold.award = 'winner' then counts.winner_diplomas_{{ end }}
                when scaffold.measure = 'diplomas' and scaffold.award = 'prize_winner' then counts.prize_winner_diplomas_{{ end }}
                when scaffold.measure = 'diplomas' then counts.diplomas_{{ end }}
                when scaffold.award = 'winner' then counts.winners_{{ end }}
                when scaffold.award = 'prize_winner' then counts.prize_winners_{{ end }}
                else counts.awarded_{{ end }}
            end,
            0
        ) as numerator_{{ end }}{{ ',' if not loop.last }}
        {% endfor %}
    from scaffold
    left join delivered
        on {{ same_area('scaffold', 'delivered') }}
        and scaffold.stage = delivered.stage
        and scaffold.subject = delivered.subject
    left join {{ ref('int_olympiad_counts') }} as counts
        on {{ same_area('scaffold', 'counts') }}
        and scaffold.stage = counts.stage
        and scaffold.subject = counts.subject
    left join {{ ref('int_olympiad_unmatched') }} as unmatched
        on {{ same_area('scaffold', 'unmatched') }}
        and scaffold.measure = 'unmatched'
        and scaffold.subject = unmatched.subject
    left join {{ ref('int_area_contingent') }} as contingent
        on {{ same_area('scaffold', 'contingent') }}
    left join excluded
        on {{ same_area('scaffold', 'excluded') }}
        and scaffold.stage = excluded.stage
        and scaffold.subject = excluded.subject

)

{{ figures_from_bounds('counted') }}
