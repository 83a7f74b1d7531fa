//! Threads that wait for work, and parts of work that they do at once.

use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::tape::Scratch;

/// A thread looks so often whether there is something new before it sleeps: some tens of microseconds, in which the next
/// large step of a plan usually comes, while to wake it takes ten to twenty.
const PATIENCE: usize = 1 << 10;

/// Fewer operations than this are not worth another thread, be it awake: so many multiplications take seven microseconds.
const WORTH_SHARING: usize = 1 << 19;
/// Nor are fewer than this worth waking one.
const WORTH_WAKING: usize = 1 << 21;

/// Work is cut into so many parts for each thread, so that one that comes late, or is slower, does fewer of them.
const PARTS: usize = 4;

/// Threads that sleep until there is work. They begin with the first work, and end with the pool.
///
/// One piece of work is done at a time: whoever comes while the pool is busy does all parts alone.
pub struct Pool {
    threads: usize,
    shared: Arc<Shared>,
    /// The threads beside the caller, locked as long as there is work.
    helpers: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// There is work, or the end.
    wake: Condvar,
    /// The last part has been done.
    done: Condvar,
    /// How often there was something new, changed with the state locked.
    news: AtomicUsize,
    /// How often the last of the parts that have been begun was done, likewise.
    ends: AtomicUsize,
    /// The helpers that do not sleep, likewise.
    awake: AtomicUsize,
}

#[derive(Default)]
struct State {
    work: Option<Job>,
    /// The parts that have been begun, and those that are being done.
    next: usize,
    running: usize,
    failed: bool,
    ended: bool,
    /// Whether the caller sleeps.
    waiting: bool,
}

/// The work, for which its caller waits.
#[derive(Clone, Copy)]
struct Job {
    work: *const (dyn Fn(usize, usize) + Sync),
    parts: usize,
}

// SAFETY: the work may be called from several threads, and its caller waits until nobody calls it any more.
unsafe impl Send for Job {}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("threads", &self.threads).finish_non_exhaustive()
    }
}

impl Pool {
    /// A pool of so many threads, of which one is always that of the caller.
    pub fn new(threads: usize) -> Pool {
        Pool { threads: threads.max(1), shared: Arc::default(), helpers: Mutex::default() }
    }

    /// The number of threads.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Whether some helper looks for work at present, so that to give it some takes no time.
    pub(crate) fn is_awake(&self) -> bool {
        self.shared.awake.load(Ordering::Relaxed) > 0
    }

    /// Does all parts of work, each once, in any order and on any thread, and returns when all are done.
    ///
    /// # Panics
    /// When a part does.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    /// let sum = AtomicUsize::new(0);
    /// netform_kernels::Pool::new(3).run(10, &|part| {
    ///     sum.fetch_add(part, Ordering::Relaxed);
    /// });
    /// assert_eq!(sum.into_inner(), 45);
    /// ```
    pub fn run(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        self.share(parts, &|part, _| work(part));
    }

    /// The same for work that is also told the number of its thread, that of the caller being 0.
    fn share(&self, parts: usize, work: &(dyn Fn(usize, usize) + Sync)) {
        let busy = self.helpers.try_lock();
        let (Ok(mut helpers), 2.., 2..) = (busy, self.threads, parts) else {
            (0..parts).for_each(|part| work(part, 0));
            return;
        };
        while helpers.len() + 1 < self.threads {
            let (shared, number) = (self.shared.clone(), helpers.len() + 1);
            // With fewer threads it takes longer.
            match std::thread::Builder::new().name("netform".to_owned()).spawn(move || shared.help(number)) {
                Ok(helper) => helpers.push(helper),
                Err(_) => break,
            }
        }
        let shared = &*self.shared;
        let mut state = shared.lock();
        let pointer = std::ptr::from_ref(work);
        // SAFETY: only the lifetime changes. Nobody calls the work after the end of this function: it waits until all parts
        // have been begun and none is being done, and takes the work away under the same lock.
        let work = unsafe {
            std::mem::transmute::<
                *const (dyn Fn(usize, usize) + Sync + '_),
                *const (dyn Fn(usize, usize) + Sync + 'static),
            >(pointer)
        };
        *state = State { work: Some(Job { work, parts }), ..State::default() };
        shared.news.fetch_add(1, Ordering::Relaxed);
        if shared.awake.load(Ordering::Relaxed) < helpers.len() {
            shared.wake.notify_all();
        }
        state = shared.work(state, 0);
        if state.running > 0 {
            let seen = shared.ends.load(Ordering::Relaxed);
            drop(state);
            watch(&shared.ends, seen);
            state = shared.lock();
        }
        state.waiting = true;
        while state.running > 0 {
            state = shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.work = None;
        let failed = state.failed;
        drop(state);
        drop(helpers);
        if failed {
            resume_unwind(Box::new("a part of the work has panicked"));
        }
    }
}

/// Looks for a while whether a count changes.
fn watch(count: &AtomicUsize, seen: usize) {
    for _ in 0..PATIENCE {
        if count.load(Ordering::Relaxed) != seen {
            break;
        }
        std::hint::spin_loop();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.ended = true;
        self.shared.news.fetch_add(1, Ordering::Relaxed);
        drop(state);
        self.shared.wake.notify_all();
        let helpers = self.helpers.get_mut().unwrap_or_else(PoisonError::into_inner);
        for helper in helpers.drain(..) {
            // What a part of work panics with has been told to its caller.
            let _ = helper.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does parts until none is left, on the thread of a number.
    fn work<'a>(&'a self, mut state: MutexGuard<'a, State>, number: usize) -> MutexGuard<'a, State> {
        while let Some(job) = state.work.filter(|job| state.next < job.parts) {
            let part = state.next;
            state.next += 1;
            state.running += 1;
            drop(state);
            // SAFETY: the caller of the work waits, since a part is being done.
            let work = unsafe { &*job.work };
            let result = catch_unwind(AssertUnwindSafe(|| work(part, number)));
            state = self.lock();
            state.running -= 1;
            state.failed |= result.is_err();
            if state.running == 0 {
                self.ends.fetch_add(1, Ordering::Relaxed);
                if state.waiting {
                    self.done.notify_all();
                }
            }
        }
        state
    }

    /// What a helper does until the end.
    fn help(&self, number: usize) {
        self.awake.fetch_add(1, Ordering::Relaxed);
        let mut state = self.lock();
        while !state.ended {
            state = self.work(state, number);
            let seen = self.news.load(Ordering::Relaxed);
            drop(state);
            watch(&self.news, seen);
            state = self.lock();
            self.awake.fetch_sub(1, Ordering::Relaxed);
            while self.news.load(Ordering::Relaxed) == seen && !state.ended {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            self.awake.fetch_add(1, Ordering::Relaxed);
        }
        self.awake.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether places that are written are neither read nor written twice.
pub(crate) fn are_apart(writes: &[Range<usize>], reads: &[Range<usize>]) -> bool {
    let apart =
        |a: &Range<usize>, b: &Range<usize>| a.is_empty() || b.is_empty() || a.end <= b.start || b.end <= a.start;
    writes.iter().enumerate().all(|(place, write)| {
        writes[..place].iter().all(|other| apart(other, write)) && reads.iter().all(|read| apart(read, write))
    })
}

/// A pool, and what each of its threads needs.
#[derive(Debug)]
pub struct Crew {
    pool: Arc<Pool>,
    scratches: Vec<Scratch>,
}

/// An address that several threads may have, each of which writes what no other reads or writes.
pub(crate) struct Address<T>(pub(crate) *mut T);

// SAFETY: it is used for what the threads write apart, in parts of work that begin after what was there has been written
// and end before it is read.
unsafe impl<T: Send> Sync for Address<T> {}

impl<T> Address<T> {
    pub(crate) fn at(&self, place: usize) -> *mut T {
        self.0.wrapping_add(place)
    }
}

impl Crew {
    /// The crew of a pool.
    pub fn new(pool: Arc<Pool>) -> Crew {
        let scratches = (0..pool.threads()).map(|_| Scratch::default()).collect();
        Crew { pool, scratches }
    }

    /// Does work on the thread of the caller.
    pub(crate) fn alone(&mut self, work: impl FnOnce(&mut Scratch)) {
        if let Some(scratch) = self.scratches.first_mut() {
            work(scratch);
        }
    }

    /// The number of threads.
    pub fn threads(&self) -> usize {
        self.scratches.len()
    }

    /// Whether so many operations are better done by several threads: more if others must be woken first.
    pub fn is_worth(&self, operations: usize) -> bool {
        operations >= if self.pool.is_awake() { WORTH_SHARING } else { WORTH_WAKING }
    }

    /// Does work on parts of `0..count`, all of which but the last are of a multiple of `unit`.
    pub fn each(&mut self, count: usize, unit: usize, work: impl Fn(Range<usize>, &mut Scratch) + Sync) {
        let size = count.div_ceil(PARTS * self.scratches.len().max(1)).next_multiple_of(unit.max(1));
        let parts = count.div_ceil(size.max(1));
        let scratches = Address(self.scratches.as_mut_ptr());
        self.pool.share(parts, &|part, number| {
            // SAFETY: there is a scratch for each thread of the pool, and none does two parts at once.
            let scratch = unsafe { &mut *scratches.at(number) };
            work(part * size..count.min((part + 1) * size), scratch);
        });
    }
}
