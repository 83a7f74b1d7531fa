//! Times and dates, by the clock of the host and in UTC.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, Sym};

/// Seconds from the beginning of 1900 to that of 1970.
const SECONDS_1900_TO_1970: f64 = 2_208_988_800.0;

pub(super) const SESSION_TIME: Function = Function {
    name: "SessionTime",
    usage: "SessionTime[] gives the number of seconds since the session began, as far as the clock goes back.",
    arguments: Some((0, 0)),
    evaluate: Some(|session, _| {
        session.note_effect();
        let seconds = session.host().monotonic().map_or(0.0, |time| time.as_secs_f64());
        Ok(Some(Expr::real(seconds)))
    }),
    examples: &[("SessionTime[] >= 0", "True")],
    ..Function::NEW
};

pub(super) const ABSOLUTE_TIME: Function = Function {
    name: "AbsoluteTime",
    usage: "AbsoluteTime[] gives the number of seconds since the beginning of 1900 in UTC.\n\
            AbsoluteTime[{year, month, day, hour, minute, second}] gives that of a date.",
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_absolute_time),
    messages: DATE_MESSAGES,
    examples: &[("AbsoluteTime[{1970, 1, 1}]", "2208988800"), ("AbsoluteTime[{2000, 2, 30}]", "3160857600")],
    ..Function::NEW
};

const DATE_MESSAGES: &[(&str, &str)] = &[
    ("noclock", "This session has no clock."),
    ("date", "`1` is neither a number of seconds nor a list {year, month, day, hour, minute, second}."),
];

fn evaluate_absolute_time(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(date) = args.first() else {
        let now = now(session);
        return Ok(now.map(Expr::real));
    };
    match seconds_of(date) {
        Some(seconds) if is_whole_list(date) => Ok(Some(Expr::integer(seconds as i64))),
        Some(seconds) => Ok(Some(Expr::real(seconds))),
        None => {
            session.message(Sym::AbsoluteTime, "date", std::slice::from_ref(date));
            Ok(None)
        }
    }
}

pub(super) const DATE_LIST: Function = Function {
    name: "DateList",
    usage: "DateList[] gives the current date and time in UTC as {year, month, day, hour, minute, second}.\n\
            DateList[t] gives those t seconds after the beginning of 1900.",
    arguments: Some((0, 1)),
    evaluate: Some(|session, call| {
        let Some(date) = date_argument(session, Sym::DateList, &call.args()) else { return Ok(None) };
        let whole = [date.year, date.month, date.day, date.hour, date.minute].map(Expr::integer);
        Ok(Some(Expr::list(whole.into_iter().chain([Expr::real(date.second)]))))
    }),
    messages: DATE_MESSAGES,
    examples: &[
        ("DateList[2208988800]", "{1970, 1, 1, 0, 0, 0.}"),
        ("DateList[{2000, 2, 30}]", "{2000, 3, 1, 0, 0, 0.}"),
    ],
    ..Function::NEW
};

pub(super) const DATE_STRING: Function = Function {
    name: "DateString",
    usage: "DateString[] gives the current date and time in UTC as a text, DateString[date] those of a number of \
            seconds since 1900 or a list {year, month, ...}.\n\
            DateString[date, {\"Year\", \"-\", \"Month\", ...}] puts elements together: Year, YearShort, Month, \
            MonthName, MonthNameShort, Day, DayName, DayNameShort, Hour, Hour12, AMPM, Minute, Second, Date, Time, \
            DateTime, ISODate, ISODateTime; other texts stay as they are.",
    arguments: Some((0, 2)),
    evaluate: Some(evaluate_date_string),
    messages: DATE_MESSAGES,
    examples: &[
        ("DateString[{2024, 2, 29, 15, 4, 5}]", "Thu 29 Feb 2024 15:04:05"),
        ("DateString[{2024, 2, 29}, \"ISODate\"]", "2024-02-29"),
        ("DateString[{2024, 2, 29}, {\"Day\", \"/\", \"Month\"}]", "29/02"),
    ],
    ..Function::NEW
};

fn evaluate_date_string(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let is_elements = |e: &Expr| e.as_str().is_some() || (e.is_list() && e.args().iter().any(|e| e.as_str().is_some()));
    let (dates, elements) = match &args[..] {
        [elements] if is_elements(elements) => (&args[..0], Some(elements)),
        [date, elements] => (std::slice::from_ref(date), Some(elements)),
        other => (other, None),
    };
    let Some(date) = date_argument(session, Sym::DateString, dates) else { return Ok(None) };
    let text = match elements {
        None => date.element("DateTime"),
        Some(list) if list.is_list() => {
            list.args().iter().map(|e| date.element(e.as_str().unwrap_or_default())).collect()
        }
        Some(element) => date.element(element.as_str().unwrap_or_default()),
    };
    Ok(Some(Expr::string(&text)))
}

fn now(session: &mut Session) -> Option<f64> {
    session.note_effect();
    let time = session.host().unix_time();
    if time.is_none() {
        session.message(Sym::AbsoluteTime, "noclock", &[]);
    }
    time.map(|time| time.as_secs_f64() + SECONDS_1900_TO_1970)
}

fn date_argument(session: &mut Session, function: Sym, args: &[Expr]) -> Option<Date> {
    let seconds = match args.first() {
        None => now(session)?,
        Some(date) => match seconds_of(date) {
            Some(seconds) => seconds,
            None => {
                session.message(function, "date", std::slice::from_ref(date));
                return None;
            }
        },
    };
    Some(Date::from_seconds(seconds))
}

fn is_whole_list(date: &Expr) -> bool {
    date.is_list() && date.args().iter().all(|part| part.as_i64().is_some())
}

/// Seconds since 1900 of a number or a date list, whose parts may be out of range.
fn seconds_of(date: &Expr) -> Option<f64> {
    const FURTHEST: f64 = 1e14;
    let number = |e: &Expr| e.as_number().and_then(|n| n.to_f64()).filter(|value| value.abs() < FURTHEST);
    if !date.is_list() {
        return number(date);
    }
    let parts = date.args().iter().map(number).collect::<Option<Vec<f64>>>()?;
    if parts.is_empty() || parts.len() > 6 {
        return None;
    }
    let part = |i: usize, default: f64| parts.get(i).copied().unwrap_or(default);
    let month = part(1, 1.0) as i64 - 1;
    let year = (part(0, 1900.0) as i64).checked_add(month.div_euclid(12))?;
    let days = days_from_civil(year, month.rem_euclid(12) + 1) as f64 + part(2, 1.0) - 1.0;
    Some(((days * 24.0 + part(3, 0.0)) * 60.0 + part(4, 0.0)) * 60.0 + part(5, 0.0) + SECONDS_1900_TO_1970)
}

/// Days from the beginning of 1970 to the first day of a month, by the Gregorian calendar: years are
/// counted from March, so that the day that leap years add is the last one.
fn days_from_civil(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

struct Date {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: f64,
    /// 0 for Monday.
    weekday: usize,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Date {
    fn from_seconds(since_1900: f64) -> Date {
        let seconds = since_1900 - SECONDS_1900_TO_1970;
        let days = (seconds / 86_400.0).floor() as i64;
        let in_day = seconds - days as f64 * 86_400.0;
        // From days to a date: the inverse of `days_from_civil`.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = (shifted_month + 2) % 12 + 1;
        Date {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
            hour: (in_day / 3600.0) as i64,
            minute: (in_day / 60.0) as i64 % 60,
            second: in_day % 60.0,
            weekday: (days + 3).rem_euclid(7) as usize,
        }
    }

    fn element(&self, name: &str) -> String {
        let month = MONTHS[(self.month - 1) as usize];
        let weekday = WEEKDAYS[self.weekday];
        match name {
            "Year" => format!("{:04}", self.year),
            "YearShort" => format!("{:02}", self.year.rem_euclid(100)),
            "Month" => format!("{:02}", self.month),
            "MonthShort" => self.month.to_string(),
            "MonthName" => month.to_owned(),
            "MonthNameShort" => month[..3].to_owned(),
            "Day" => format!("{:02}", self.day),
            "DayShort" => self.day.to_string(),
            "DayName" => weekday.to_owned(),
            "DayNameShort" => weekday[..3].to_owned(),
            "Hour" | "Hour24" => format!("{:02}", self.hour),
            "Hour12" => format!("{:02}", (self.hour + 11) % 12 + 1),
            "AMPM" => if self.hour < 12 { "AM" } else { "PM" }.to_owned(),
            "Minute" => format!("{:02}", self.minute),
            "Second" => format!("{:02}", self.second as i64),
            "Millisecond" => format!("{:03}", (self.second.fract() * 1000.0) as i64),
            "Date" => self.elements(&["DayNameShort", " ", "Day", " ", "MonthNameShort", " ", "Year"]),
            "Time" => self.elements(&["Hour", ":", "Minute", ":", "Second"]),
            "DateTime" => self.elements(&["Date", " ", "Time"]),
            "ISODate" => self.elements(&["Year", "-", "Month", "-", "Day"]),
            "ISODateTime" => self.elements(&["ISODate", "T", "Time"]),
            literal => literal.to_owned(),
        }
    }

    fn elements(&self, names: &[&str]) -> String {
        names.iter().map(|name| self.element(name)).collect()
    }
}
