//! How many requests run at each address: a hundred names of one hoster are one machine to whoever runs it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::Place;

/// Seats at every place. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Seats {
    each: usize,
    /// Only places where somebody sits: bounded by the requests in flight.
    taken: Arc<Mutex<HashMap<Place, usize>>>,
}

/// One request's place; free again when it is dropped.
#[derive(Debug)]
pub struct Seat {
    place: Place,
    taken: Arc<Mutex<HashMap<Place, usize>>>,
}

impl Seats {
    pub(super) fn new(each: usize) -> Self {
        Self { each, taken: Arc::default() }
    }

    /// A seat, if there is one.
    pub(super) fn take(&self, place: Place) -> Option<Seat> {
        let mut taken = lock(&self.taken);
        let here = taken.entry(place).or_insert(0);
        if *here >= self.each {
            return None;
        }
        *here += 1;
        Some(Seat { place, taken: Arc::clone(&self.taken) })
    }

    pub(super) fn is_full(&self, place: Place) -> bool {
        lock(&self.taken).get(&place).is_some_and(|here| *here >= self.each)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        if let Some(here) = taken.get_mut(&self.place) {
            *here -= 1;
            if *here == 0 {
                taken.remove(&self.place);
            }
        }
    }
}

fn lock(taken: &Mutex<HashMap<Place, usize>>) -> MutexGuard<'_, HashMap<Place, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_seats_and_a_port_of_a_private_one_its_own() {
        let seats = Seats::new(2);
        let ip = "10.0.0.7".parse().unwrap();
        let (web, other) = (Place::private(ip, 80), Place::private(ip, 8080));
        let first = seats.take(web).unwrap();
        assert!(!seats.is_full(web));
        let second = seats.take(web);
        assert!(second.is_some() && seats.take(web).is_none() && seats.is_full(web));
        assert!(seats.take(other).is_some());
        drop(first);
        assert!(seats.take(web).is_some());
        drop(second);
        assert!(seats.taken.lock().unwrap().is_empty(), "nobody sits there any more");
    }
}
