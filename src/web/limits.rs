//! How often one user, one tenant or one address may do what costs the desk something. Counted in this process, on a clock that
//! no change of the time of day moves: this is about load, not about the business.

use super::Failure;
use super::message::Message;
use crate::config;
use crate::identity::{ObjectId, Person, TenantId};
use crate::problem::Kind;
use actix_web::HttpRequest;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

/// Where the addresses on the way are told.
const FORWARDED_FOR: &str = "X-Forwarded-For";

/// How many counters a limit has. Whoever is counted falls on one of them by a hash that nobody outside can foresee, so that
/// memory is bounded; two that fall on the same one share it.
const COUNTERS: u64 = 1 << 17;

/// What is limited by user and by tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Filing a request.
    Filing,
    /// Having a request judged without filing it.
    Classification,
}

/// The limits of one desk.
pub struct RateLimits {
    filings: ByPerson,
    classifications: ByPerson,
    sign_ins: Limiter,
    trusted_proxies: Vec<IpAddr>,
}

struct ByPerson {
    user: Limiter,
    tenant: Limiter,
}

struct Limiter {
    counters: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    clock: DefaultClock,
}

impl Limiter {
    fn per_minute(calls: NonZeroU32) -> Self {
        let counters = RateLimiter::keyed(Quota::per_minute(calls));
        Self { counters, hasher: RandomState::new(), clock: DefaultClock::default() }
    }

    fn check(&self, key: impl Hash) -> Result<(), Failure> {
        let counter = self.hasher.hash_one(key) % COUNTERS;
        self.counters.check_key(&counter).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            let detail = Message::new("too-many-requests-wait").with("seconds", seconds);
            Failure::new(Kind::TooManyRequests).retry_after(seconds).detail(detail)
        })
    }
}

impl ByPerson {
    fn check(&self, tenant: TenantId, user: ObjectId) -> Result<(), Failure> {
        // The user first: whoever is stopped takes nothing from their colleagues.
        self.user.check((tenant, user))?;
        self.tenant.check(tenant)
    }
}

impl RateLimits {
    /// The limits of `limits`; addresses are believed as `trusted_proxies` tell them.
    pub fn new(limits: &config::Limits, trusted_proxies: &[IpAddr]) -> Self {
        let by_person =
            |user, tenant| ByPerson { user: Limiter::per_minute(user), tenant: Limiter::per_minute(tenant) };
        Self {
            filings: by_person(limits.filings_per_user, limits.filings_per_tenant),
            classifications: by_person(limits.classifications_per_user, limits.classifications_per_tenant),
            sign_ins: Limiter::per_minute(limits.sign_ins_per_address),
            trusted_proxies: trusted_proxies.to_vec(),
        }
    }

    /// Counts one call of `person`.
    ///
    /// # Errors
    /// 429 with the time to wait, when they or their tenant called too often.
    pub fn check(&self, what: Limited, person: &Person) -> Result<(), Failure> {
        let limit = match what {
            Limited::Filing => &self.filings,
            Limited::Classification => &self.classifications,
        };
        limit.check(person.tenant, person.object_id)
    }

    /// Counts a sign-in that begins, by the client's address where it is known.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn check_sign_in(&self, http: &HttpRequest) -> Result<(), Failure> {
        client_network(http, &self.trusted_proxies).map_or(Ok(()), |network| self.sign_ins.check(network))
    }

    /// Forgets whoever has not called for a while.
    pub fn sweep(&self) {
        let by_person = [&self.filings, &self.classifications];
        let limiters = by_person.into_iter().flat_map(|limit| [&limit.user, &limit.tenant]).chain([&self.sign_ins]);
        for limiter in limiters {
            limiter.counters.retain_recent();
            limiter.counters.shrink_to_fit();
        }
    }
}

/// The network that a call came from: an IPv4 address, or the /64 that one IPv6 subscriber has. Only as the operator's own
/// proxy tells it, in the last entry that it added: whoever calls can write all others. Unknown without such a proxy, since
/// everybody would share its address.
fn client_network(http: &HttpRequest, trusted_proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = http.peer_addr()?.ip().to_canonical();
    let address = match (trusted_proxies.is_empty(), trusted_proxies.contains(&peer)) {
        (true, _) => return None,
        (false, false) => peer,
        (false, true) => {
            let told = http.headers().get_all(FORWARDED_FOR).last()?.to_str().ok()?;
            told.rsplit(',').next()?.trim().parse::<IpAddr>().ok()?.to_canonical()
        }
    };
    Some(match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn network(peer: &str, forwarded: &[&str], trusted: &[&str]) -> Option<String> {
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1000").parse().unwrap());
        for value in forwarded {
            request = request.append_header((FORWARDED_FOR, *value));
        }
        let trusted: Vec<_> = trusted.iter().map(|address| address.parse().unwrap()).collect();
        client_network(&request.to_http_request(), &trusted).map(|network| network.to_string())
    }

    #[test]
    fn an_address_counts_only_as_the_own_proxy_tells_it() {
        let some = |network: &str| Some(network.to_owned());
        let proxy = ["10.0.0.1"];
        assert_eq!(network("192.0.2.7", &["198.51.100.1"], &[]), None, "no proxy is trusted");
        assert_eq!(network("10.0.0.1", &["203.0.113.9, 198.51.100.1"], &proxy), some("198.51.100.1"));
        assert_eq!(network("10.0.0.1", &["203.0.113.9", "198.51.100.1"], &proxy), some("198.51.100.1"));
        assert_eq!(network("192.0.2.7", &["198.51.100.1"], &proxy), some("192.0.2.7"), "past the proxy");
        assert_eq!(network("10.0.0.1", &[], &proxy), None);
        assert_eq!(network("10.0.0.1", &["2001:db8:1:2:3:4:5:6"], &proxy), some("2001:db8:1:2::"));
        assert_eq!(network("[::ffff:10.0.0.1]", &["198.51.100.1"], &proxy), some("198.51.100.1"));
    }

    #[test]
    fn who_called_too_often_waits_and_nobody_else() {
        let limiter = Limiter::per_minute(NonZeroU32::new(3).unwrap());
        assert!((0..3).all(|_| limiter.check("one").is_ok()));
        assert!(limiter.check("one").is_err());
        assert!(limiter.check("two").is_ok());
    }

    #[test]
    fn memory_is_bounded_whoever_calls() {
        let limiter = Limiter::per_minute(NonZeroU32::new(3).unwrap());
        (0..400_000).for_each(|caller| drop(limiter.check(caller)));
        assert!(limiter.counters.len() <= COUNTERS as usize, "{}", limiter.counters.len());
    }
}
