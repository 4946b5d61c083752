-- I1-I5 in every variant of indicator_values, by school, group, municipality and country, as one would write it by hand
-- for this load: no lineage, no intervals, no exclusions, no namesakes, no second source.
create temp table people as
select source, academic_year, person_token, person_id from read_parquet('{inputs}/person_map.parquet');

create temp table effective as
select entity, source, academic_year, scope_key, reading_id from read_parquet('{inputs}/effective.parquet');

create temp table years as
select distinct academic_year, cast(academic_year[1:4] as integer) as start_year from effective where source = 'gia_protocol';

create temp table schools as
select school_code, municipality_code from read_parquet('{lake}/school_register/schools/*/*.parquet');

create temp table pairs as
select supported_school_code, partner_school_code from read_parquet('{lake}/agreements/agreements/*/*.parquet');

create temp table members as
with groups as (
    select school_code, status_kind as area_code from read_parquet('{lake}/school_register/statuses/*/*.parquet')
    union select supported_school_code, 'supported' from pairs
    union select partner_school_code, 'partner' from pairs
    union select school_code, 'other' from schools
    where school_code not in (select supported_school_code from pairs)
        and school_code not in (select partner_school_code from pairs)
)
select municipality_code, 'school' as area_kind, school_code as area_code, school_code from schools
union all select municipality_code, 'municipality', municipality_code, school_code from schools
union all select schools.municipality_code, 'group', groups.area_code, school_code from groups join schools using (school_code)
union all select 'z', 'region', '99', school_code from schools;

create temp table areas as
select row_number() over () as area_id, * from (select distinct municipality_code, area_kind, area_code from members);

create temp table area_schools as
select area_id, school_code from members join areas using (municipality_code, area_kind, area_code);

-- I1 ------------------------------------------------------------------------------------------------------------------
create temp table graduates as
select a.academic_year, a.gia_level, p.person_id, a.school_code, a.subjects_chosen
from read_parquet('{lake}/gia_admission/admissions/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}}) as a
join people as p on p.source = 'gia_admission' and p.academic_year = a.academic_year and p.person_token = a.person_token
where a.participant_category = 'current'
qualify row_number() over (partition by a.academic_year, a.gia_level, p.person_id order by a.as_of desc, a.is_admitted desc) = 1
    and a.is_admitted;

create temp table outcomes as
with told as (
    select r.academic_year, r.gia_level, p.person_id, r.subject_code, r.exam_date, r.result_status,
        case when r.gia_level = 11 and r.subject_code <> 22 then r.test_mark >= case r.subject_code when 1 then 24 when 2 then 27 else 42 end
            else r.mark >= 3 end as is_passed
    from read_parquet('{lake}/gia_protocol/results/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}}) as r
    semi join effective as e on e.source = 'gia_protocol' and e.academic_year = r.academic_year
        and e.scope_key = r.scope_key and e.reading_id = r.reading_id
    join people as p on p.source = 'gia_protocol' and p.academic_year = r.academic_year and p.person_token = r.person_token
    qualify row_number() over (
        partition by r.academic_year, r.gia_level, p.person_id, r.subject_code, r.exam_date order by r.as_of desc) = 1
)
select academic_year, gia_level, person_id, subject_code, cutoff, bool_or(is_last_passed) as is_passed
from (
    select told.*, cutoff, is_passed and row_number() over (
        partition by academic_year, gia_level, person_id, subject_code, cutoff
        order by result_status = 'valid' desc, exam_date desc) = 1 as is_last_passed
    from told join (values ('main', 8), ('september', 10)) as cutoffs(cutoff, last_month)
        on exam_date <= make_date(cast(academic_year[6:9] as integer), last_month, case last_month when 8 then 31 else 10 end)
)
group by all;

create temp table verdicts as
with required as (
    select academic_year, gia_level, person_id, school_code, 1 as requirement, [1] as codes from graduates
    union all select academic_year, gia_level, person_id, school_code, 2, case gia_level when 9 then [2] else [2, 22] end from graduates
    union all select academic_year, gia_level, person_id, school_code, code, [code]
    from (select graduates.*, unnest(cast(string_split(subjects_chosen, ',') as integer[])) as code from graduates where gia_level = 9)
), met as (
    select r.academic_year, r.gia_level, r.person_id, r.school_code, c.cutoff, r.requirement, bool_or(coalesce(o.is_passed, false)) as is_met
    from (select academic_year, gia_level, person_id, school_code, requirement, unnest(codes) as subject_code from required) as r
    cross join (values ('main'), ('september')) as c(cutoff)
    left join outcomes as o on o.academic_year = r.academic_year and o.gia_level = r.gia_level and o.person_id = r.person_id
        and o.subject_code = r.subject_code and o.cutoff = c.cutoff
    group by all
)
select academic_year, gia_level, person_id, school_code, cutoff, bool_and(is_met) as is_passed from met group by all;

create temp table contingent as
select academic_year, school_code, grade, sum(pupils) as pupils, sum(pupils + arrivals - departures) as moved
from read_parquet('{lake}/contingent/headcounts/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}})
where part = 'main' and grade >= 8 and count_date = make_date(cast(academic_year[1:4] as integer), 9, 20)
group by all;

create temp table area_pupils as
select academic_year, municipality_code, area_kind, area_code, sum(pupils) as pupils,
    sum(case when grade = 9 then moved end) as grade_9, sum(case when grade = 11 then moved end) as grade_11
from contingent join members using (school_code) group by all;

create temp table i1 as
with people as (
    select academic_year, area_id, coalesce(cast(gia_level as varchar), 'all') as gia_level, cutoff, person_id, bool_or(is_passed) as is_passed
    from verdicts join area_schools using (school_code)
    group by grouping sets ((academic_year, area_id, gia_level, cutoff, person_id), (academic_year, area_id, cutoff, person_id))
), counted as (
    select a.*, p.* exclude (area_id)
    from (
        select academic_year, area_id, gia_level, cutoff, count(*) as graduates, count(*) filter (is_passed) as passed
        from people group by all
    ) as p join areas as a using (area_id)
), keys as ( -- a small school may have no graduates of a level: its figure is there all the same
    select p.*, l.gia_level, t.cutoff
    from area_pupils as p cross join (values ('9'), ('11'), ('all')) as l(gia_level) cross join (values ('main'), ('september')) as t(cutoff)
)
select p.academic_year, p.municipality_code, p.area_kind, p.area_code, 'I1' as indicator_code, 'share' as measure, p.gia_level, p.cutoff,
    k.denominator_kind, 'z' as stage, 'z' as subject, 'z' as award, 'z' as usage_level, 'year' as period, coalesce(c.passed, 0) as numerator,
    case k.denominator_kind when 'admitted' then coalesce(c.graduates, 0)
        else case p.gia_level when '9' then p.grade_9 when '11' then p.grade_11 else p.grade_9 + p.grade_11 end end as denominator
from keys as p left join counted as c using (academic_year, municipality_code, area_kind, area_code, gia_level, cutoff)
cross join (values ('admitted'), ('enrolled')) as k(denominator_kind);

-- I2, I3 --------------------------------------------------------------------------------------------------------------
create temp table entries as
with told as (
    select 'school' as stage, r.academic_year, r.school_code, r.subject_code, p.person_id, r.study_grade, r.performance_grade,
        r.performance_grade as row_grade, r.score, 'participant' as award_status
    from read_parquet('{lake}/vsosh_school_stage/results/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}}) as r
    semi join effective as e on e.source = 'vsosh_school_stage' and e.academic_year = r.academic_year
        and e.scope_key = r.scope_key and e.reading_id = r.reading_id
    join people as p on p.source = 'vsosh_school_stage' and p.academic_year = r.academic_year and p.person_token = r.person_token
    qualify row_number() over (
        partition by r.academic_year, r.school_code, r.subject_code, r.performance_grade, p.person_id
        order by r.as_of desc, r.score desc nulls last, r.reading_id desc, r.source_row) = 1
    union all
    select 'municipal', r.academic_year, r.school_code, r.subject_code, p.person_id, null, r.grade, r.grade, r.score, r.award_status
    from read_parquet('{lake}/vsosh_municipal_protocol/results/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}}) as r
    semi join effective as e on e.source = 'vsosh_municipal_protocol' and e.academic_year = r.academic_year
        and e.scope_key = r.scope_key and e.reading_id = r.reading_id
    join people as p on p.source = 'vsosh_municipal_protocol' and p.academic_year = r.academic_year and p.person_token = r.person_token
), grades as (
    select academic_year, person_id, max(study_grade) as known from told group by all
)
select academic_year, stage, case subject_code when 1 then 'russian' else 'mathematics' end as subject, school_code, person_id,
    bool_or(performance_grade > coalesce(study_grade, known, row_grade)) as is_older,
    bool_or(award_status = 'winner') as is_winner, bool_or(award_status = 'prize_winner') as is_prize_winner
from told join grades using (academic_year, person_id)
where subject_code in (1, 2) and score is not null and coalesce(study_grade, known, row_grade) between 8 and 11
group by all;

-- People first by school, then by area (whole numbers as keys), so that no distinct count is left.
create temp table olympiad as
with members as (
    select academic_year, area_id, coalesce(stage, 'any') as stage, coalesce(subject, 'any') as subject, person_id,
        bool_or(is_older) as is_older, bool_or(is_winner) as is_winner, bool_or(is_prize_winner) as is_prize_winner
    from entries join area_schools using (school_code)
    group by grouping sets ((academic_year, area_id, person_id, stage, subject), (academic_year, area_id, person_id, stage),
        (academic_year, area_id, person_id, subject), (academic_year, area_id, person_id))
), people as (
    select academic_year, area_id, stage, subject, count(*) as pupils, count(*) filter (is_older) as older,
        count(*) filter (is_winner or is_prize_winner) as awarded, count(*) filter (is_winner) as winners,
        count(*) filter (is_prize_winner) as prize_winners
    from members group by all
), sums as (
    select academic_year, area_id, coalesce(stage, 'any') as stage, coalesce(subject, 'any') as subject,
        sum(pupils) as participations, sum(awarded) as diplomas, sum(winners) as winner_diplomas,
        sum(prize_winners) as prize_winner_diplomas
    from people where stage <> 'any' and subject <> 'any'
    group by grouping sets ((academic_year, area_id, stage, subject), (academic_year, area_id, stage),
        (academic_year, area_id, subject), (academic_year, area_id))
)
select a.municipality_code, a.area_kind, a.area_code, p.*, s.participations, s.diplomas, s.winner_diplomas, s.prize_winner_diplomas
from people as p join sums as s using (academic_year, area_id, stage, subject) join areas as a using (area_id);

create temp table i2_i3 as
with keys as (
    select a.academic_year, a.municipality_code, a.area_kind, a.area_code, s.stage, j.subject, a.pupils as contingent
    from area_pupils as a cross join (values ('school'), ('municipal'), ('any')) as s(stage)
    cross join (values ('russian'), ('mathematics'), ('any')) as j(subject)
), full_rows as (
    select k.*, o.* exclude (academic_year, municipality_code, area_kind, area_code, stage, subject, area_id)
    from keys as k left join olympiad as o using (academic_year, municipality_code, area_kind, area_code, stage, subject)
)
select academic_year, municipality_code, area_kind, area_code, v.indicator_code, v.measure, 'z' as gia_level, 'z' as cutoff,
    'z' as denominator_kind, stage, subject, v.award, 'z' as usage_level, 'year' as period, coalesce(v.numerator, 0) as numerator, v.denominator
from (
    select *, unnest([
        {{indicator_code: 'I2', measure: 'pupils', award: 'z', numerator: pupils, denominator: cast(null as bigint)}},
        {{indicator_code: 'I2', measure: 'participations', award: 'z', numerator: participations, denominator: cast(null as bigint)}},
        {{indicator_code: 'I2', measure: 'older_grade', award: 'z', numerator: older, denominator: cast(null as bigint)}},
        {{indicator_code: 'I2', measure: 'per_100', award: 'z', numerator: pupils, denominator: cast(contingent as bigint)}},
        {{indicator_code: 'I3', measure: 'pupils', award: 'any', numerator: awarded, denominator: cast(null as bigint)}},
        {{indicator_code: 'I3', measure: 'pupils', award: 'winner', numerator: winners, denominator: cast(null as bigint)}},
        {{indicator_code: 'I3', measure: 'pupils', award: 'prize_winner', numerator: prize_winners, denominator: cast(null as bigint)}},
        {{indicator_code: 'I3', measure: 'diplomas', award: 'any', numerator: diplomas, denominator: cast(null as bigint)}},
        {{indicator_code: 'I3', measure: 'diplomas', award: 'winner', numerator: winner_diplomas, denominator: cast(null as bigint)}},
        {{indicator_code: 'I3', measure: 'diplomas', award: 'prize_winner', numerator: prize_winner_diplomas, denominator: cast(null as bigint)}},
        {{indicator_code: 'I3', measure: 'share_of_participants', award: 'any', numerator: awarded, denominator: coalesce(pupils, 0)}}
    ]) as v from full_rows
)
where v.indicator_code = 'I2' or (v.indicator_code = 'I3' and stage = 'municipal');

-- I4 ------------------------------------------------------------------------------------------------------------------
create temp table i4 as
with movement as (
    select distinct academic_year, school_code, person_id from entries
    union
    select p.academic_year, p.school_code, m.person_id
    from read_parquet('{lake}/contest_participation/participations/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}}) as p
    join (select distinct contest_code, subject_code, academic_year from read_parquet('{lake}/contest_list/contests/*/*.parquet',
        hive_partitioning = true, hive_types = {{'academic_year': varchar}}) where is_approved) as c using (academic_year, contest_code)
    join people as m on m.source = 'contest_participation' and m.academic_year = p.academic_year and m.person_token = p.person_token
    where p.grade between 8 and 11 and c.subject_code in (1, 2)
        and p.event_date between make_date(cast(p.academic_year[1:4] as integer), 9, 1) and make_date(cast(p.academic_year[6:9] as integer), 8, 31)
), counted as (
    select a.*, p.academic_year, p.pupils
    from (
        select academic_year, area_id, count(*) as pupils
        from (select distinct academic_year, area_id, person_id from movement join area_schools using (school_code)) group by all
    ) as p join areas as a using (area_id)
)
select academic_year, municipality_code, area_kind, area_code, 'I4' as indicator_code, 'share' as measure, 'z' as gia_level, 'z' as cutoff,
    'z' as denominator_kind, 'any' as stage, 'any' as subject, 'z' as award, 'z' as usage_level, 'year' as period,
    coalesce(c.pupils, 0) as numerator, a.pupils as denominator
from area_pupils as a left join counted as c using (academic_year, municipality_code, area_kind, area_code);

-- I5 ------------------------------------------------------------------------------------------------------------------
create temp table halves as
select academic_year, 'H1' as period, make_date(start_year, 9, 1) as first_day, make_date(start_year, 12, 31) as last_day from years
union all select academic_year, 'H2', make_date(start_year + 1, 1, 1), make_date(start_year + 1, 5, 31) from years;

create temp table weeks as
with mondays as (
    select h.*, cast(date_trunc('week', first_day) as date) + cast(7 * n as integer) as week_start
    from halves as h cross join range(27) as numbers(n)
)
select academic_year, period, week_start from mondays
where week_start + 2 between first_day and last_day and not exists (
    select 1 from read_csv('{seeds}/school_holidays.csv') as r
    where week_start + 2 between make_date(cast(academic_year[1:4] as integer) + cast(first_month < 9 as integer), first_month, first_day)
        and make_date(cast(academic_year[1:4] as integer) + cast(last_month < 9 as integer), last_month, last_day));

create temp table teachers as
select distinct h.academic_year, h.period, s.school_code, p.person_id
from read_parquet('{lake}/teaching_staff/staff/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}}) as s
join halves as h on h.academic_year = s.academic_year and h.last_day = s.count_date
join people as p on p.source = 'teaching_staff' and p.academic_year = s.academic_year and p.person_token = s.person_token
where not s.is_external_part_timer and not (coalesce(s.leave_from <= h.last_day, false) and s.leave_to >= h.last_day
    and s.leave_to >= s.leave_from + interval 3 month);

create temp table days as
select a.academic_year, p.person_id, a.occurred_on,
    bool_or(a.action in ('assignment_issued', 'work_checked', 'lesson_held')) as is_pedagogical
from read_parquet('{lake}/platform_events/actions/*/*.parquet', hive_partitioning = true, hive_types = {{'academic_year': varchar}}) as a
semi join effective as e on e.source = 'platform_events' and e.academic_year = a.academic_year
    and e.scope_key = a.scope_key and e.reading_id = a.reading_id
join people as p on p.source = 'platform_events' and p.academic_year = a.academic_year and p.person_token = a.person_token
where a.user_role in ('teacher', 'administrator') and a.platform_code <> 'e_journal'
group by all;

create temp table users as
select d.academic_year, h.period, d.person_id, true as is_l0,
    bool_or(d.occurred_on >= h.first_day) as is_l1,
    count(distinct case when d.is_pedagogical and d.occurred_on >= h.first_day then month(d.occurred_on) end) >= 2 as is_l2,
    count(distinct case when d.is_pedagogical then w.week_start end) >= 0.5 * any_value(t.n) as is_l3
from days as d join halves as h on h.academic_year = d.academic_year and d.occurred_on <= h.last_day
join (select academic_year, period, count(*) as n from weeks group by all) as t on t.academic_year = h.academic_year and t.period = h.period
left join weeks as w on w.academic_year = h.academic_year and w.period = h.period and w.week_start = cast(date_trunc('week', d.occurred_on) as date)
group by all;

create temp table i5 as
with people as (
    select distinct t.academic_year, a.area_id, t.period, t.person_id
    from teachers as t join area_schools as a using (school_code)
), counted as (
    select a.*, p.* exclude (area_id)
    from (
        select p.academic_year, p.area_id, p.period, count(*) as teachers, count(*) filter (u.is_l0) as l0,
            count(*) filter (u.is_l1) as l1, count(*) filter (u.is_l2) as l2, count(*) filter (u.is_l3) as l3
        from people as p left join users as u using (academic_year, period, person_id) group by all
    ) as p join areas as a using (area_id)
)
select c.academic_year, c.municipality_code, c.area_kind, c.area_code, 'I5' as indicator_code, m.measure, 'z' as gia_level, 'z' as cutoff,
    'z' as denominator_kind, 'z' as stage, 'z' as subject, 'z' as award, v.usage_level, c.period, v.numerator,
    case m.measure when 'share' then c.teachers end as denominator
from (select *, unnest([{{usage_level: 'L0', numerator: l0}}, {{usage_level: 'L1', numerator: l1}}, {{usage_level: 'L2', numerator: l2}},
    {{usage_level: 'L3', numerator: l3}}]) as v from counted) as c
cross join (values ('share'), ('teachers')) as m(measure);

copy (
    select *, case when denominator > 0 then 100 * numerator / denominator when denominator is null then numerator end as value
    from (select * from i1 union all select * from i2_i3 union all select * from i4 union all select * from i5)
) to '{out}' (format parquet, compression zstd);
