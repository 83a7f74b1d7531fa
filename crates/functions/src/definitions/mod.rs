//! Definitions: assignment, attributes, options, contexts, and the state of the session.

mod assignment;
mod attributes;
mod clear;
mod clock;
mod contexts;
mod default;
mod files;
mod information;
mod modification;
mod names;
pub(crate) mod options;
mod part_assignment;
mod rules_of;
mod set;
mod symbol_arguments;
mod system;
mod unset;

use netform_eval::Function;

pub(crate) use default::assign_numeric;
pub(crate) use part_assignment::assign_part;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &attributes::ATTRIBUTES,
    &attributes::CLEAR_ATTRIBUTES,
    &attributes::PROTECT,
    &attributes::SET_ATTRIBUTES,
    &attributes::UNPROTECT,
    &clear::CLEAR,
    &clear::CLEAR_ALL,
    &clear::REMOVE,
    &clock::ABSOLUTE_TIME,
    &clock::DATE_LIST,
    &clock::DATE_STRING,
    &clock::SESSION_TIME,
    &contexts::BEGIN,
    &contexts::BEGIN_PACKAGE,
    &contexts::CONTEXT,
    &contexts::CONTEXTS,
    &contexts::CONTEXT_PATH,
    &contexts::CURRENT_CONTEXT,
    &contexts::END,
    &contexts::END_PACKAGE,
    &default::DEFAULT,
    &default::FORMAT,
    &files::GET,
    &files::NEEDS,
    &files::PUT,
    &files::PUT_APPEND,
    &information::DEFINITION,
    &information::FULL_DEFINITION,
    &information::INFORMATION,
    &modification::ADD_TO,
    &modification::APPEND_TO,
    &modification::DECREMENT,
    &modification::DIVIDE_BY,
    &modification::INCREMENT,
    &modification::PREPEND_TO,
    &modification::PRE_DECREMENT,
    &modification::PRE_INCREMENT,
    &modification::SUBTRACT_FROM,
    &modification::TIMES_BY,
    &names::NAMES,
    &names::NAME_Q,
    &names::SYMBOL,
    &names::SYMBOL_NAME,
    &names::VALUE_Q,
    &options::FILTER_RULES,
    &options::OPTIONS,
    &options::OPTIONS_PATTERN,
    &options::OPTION_VALUE,
    &options::SET_OPTIONS,
    &rules_of::DEFAULT_VALUES,
    &rules_of::DOWN_VALUES,
    &rules_of::FORMAT_VALUES,
    &rules_of::N_VALUES,
    &rules_of::OWN_VALUES,
    &rules_of::SUB_VALUES,
    &rules_of::UP_VALUES,
    &set::SET,
    &set::SET_DELAYED,
    &set::TAG_SET,
    &set::TAG_SET_DELAYED,
    &set::UP_SET,
    &set::UP_SET_DELAYED,
    &system::IN,
    &system::ITERATION_LIMIT,
    &system::LINE,
    &system::MEMORY_IN_USE,
    &system::OUT,
    &system::RECURSION_LIMIT,
    &system::VERSION,
    &system::VERSION_NUMBER,
    &unset::TAG_UNSET,
    &unset::UNSET,
];
