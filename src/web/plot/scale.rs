//! Scales with ticks that people can read: 1, 2 or 5 times a power of ten apart.

/// How many steps a scale has at most.
const STEPS: f64 = 5.0;

/// The ticks from zero to at least `most`, in even steps; whole numbers as long as `most` is above one step of them.
pub fn ticks(most: f64, whole: bool) -> Vec<f64> {
    let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
    let rough = most / STEPS;
    let power = 10_f64.powf(rough.log10().floor());
    let nice = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    let step = nice.into_iter().find(|step| *step >= rough * 0.999_999).unwrap_or(rough);
    let step = if whole { step.max(1.0) } else { step };
    let count = (most / step - 0.000_001).ceil().max(1.0);
    let mut ticks = vec![0.0];
    let mut at = 1.0;
    while at <= count {
        ticks.push(at * step);
        at += 1.0;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_numbers_that_people_count_in() {
        assert_eq!(ticks(7.0, true), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(1.0, true), [0.0, 1.0]);
        assert_eq!(ticks(100.0, true), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(0.0, true), [0.0, 1.0]);
        assert_eq!(ticks(2.4, false), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]);
    }

    proptest! {
        #[test]
        fn every_value_has_its_place_and_there_are_few_ticks(most in 0.001_f64..1.0e9, whole in any::<bool>()) {
            let ticks = ticks(most, whole);
            prop_assert!(ticks.len() <= 7 && ticks[0] == 0.0);
            prop_assert!(ticks[ticks.len() - 1] >= most * 0.999_99);
            prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(!whole || ticks.iter().all(|tick| tick.fract() == 0.0));
        }
    }
}
