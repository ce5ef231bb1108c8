//! Trees by what they learn of a thousand made rows.

use super::*;

/// Rows of three measures; the label is whether exactly one of the first two is above a half.
fn rows() -> (Vec<f32>, Vec<bool>) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    let rows: Vec<f32> = (0..3000).map(|_| (random.next_u32() % 1000) as f32 / 1000.0).collect();
    let labels = rows.chunks_exact(3).map(|row| (row[0] > 0.5) != (row[1] > 0.5)).collect();
    (rows, labels)
}

#[test]
fn a_leaf_less_one_part_is_the_other() {
    let part = Cell { gradient: 1.5, hessian: 0.25, n: 2 };
    let other = Cell { gradient: -4.0, hessian: 2.0, n: 5 };
    let mut leaf = part;
    leaf.add(other);
    let left = leaf.minus(part);
    assert_eq!((left.gradient, left.hessian, left.n), (other.gradient, other.hessian, other.n));
}

#[test]
fn trees_learn_what_no_weights_can() {
    let (rows, labels) = rows();
    let params = BoostingParams { min_rows: 5, ridge: 1.0, feature_share: 1.0, ..Default::default() };
    let trees = BoostedTrees::fit(&params, &rows, &labels, &vec![1.0; labels.len()]).unwrap();
    let right = trees
        .log_odds(&rows)
        .into_iter()
        .zip(&labels)
        .filter(|(log_odds, label)| (*log_odds > 0.0) == **label);
    assert!(right.count() > 980);
    let (numbers, values) = trees.parts();
    let again = BoostedTrees::from_parts(3, trees.bias(), numbers.clone(), values.clone());
    assert_eq!(again.unwrap(), trees);
    assert!(BoostedTrees::from_parts(1, trees.bias(), numbers.clone(), values.clone()).is_err());
    let [features, children, roots] = numbers;
    for bad in [vec![0; roots.len()], roots[1..].to_vec(), [&roots[..], &[values.len() as u32]].concat()] {
        let parts = [features.clone(), children.clone(), bad];
        assert!(BoostedTrees::from_parts(3, trees.bias(), parts, values.clone()).is_err());
    }
}

#[test]
fn masks_lead_to_the_leaves_that_walks_do() {
    let (rows, labels) = rows();
    for n_leaves in [15, 60] {
        let params = BoostingParams { n_leaves, n_trees: 20, min_rows: 5, ..Default::default() };
        let trees = BoostedTrees::fit(&params, &rows, &labels, &vec![1.0; labels.len()]).unwrap();
        assert_eq!(trees.masks.iter().all(Option::is_some), n_leaves == 15);
        let walked: Vec<f64> = rows
            .chunks_exact(3)
            .map(|row| trees.roots.iter().fold(trees.bias, |sum, root| sum + trees.leaf(*root, row)))
            .collect();
        assert_eq!(trees.log_odds(&rows), walked);
    }
}

#[test]
fn log_odds_are_those_of_the_labels() {
    // Every tenth label is the other one: no sum of trees may be surer than that.
    let (rows, mut labels) = rows();
    labels.iter_mut().step_by(10).for_each(|label| *label = !*label);
    let params = BoostingParams { min_rows: 20, feature_share: 1.0, ..Default::default() };
    let trees = BoostedTrees::fit(&params, &rows, &labels, &vec![1.0; labels.len()]).unwrap();
    let n = labels.len() as f64;
    let sure: f64 = trees.log_odds(&rows).iter().map(|log_odds| logistic(log_odds.abs())).sum::<f64>() / n;
    assert!((0.85..0.95).contains(&sure), "{sure}");
    // A label that weighs four times as much is so much likelier where nothing tells the two apart.
    let (rows, labels) = (vec![0.0; 400], [true, false].repeat(200));
    let weights = [4.0, 1.0].repeat(200);
    let trees = BoostedTrees::fit(&params, &rows, &labels, &weights).unwrap();
    assert!((trees.log_odds(&[0.0])[0] - 4.0_f64.ln()).abs() < 0.1);
}

#[test]
fn trees_are_the_same_at_any_number_of_threads() {
    let (rows, labels) = rows();
    let at = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let weights = vec![1.0; labels.len()];
        pool.install(|| BoostedTrees::fit(&BoostingParams::default(), &rows, &labels, &weights).unwrap())
    };
    let trees = at(1);
    assert!(trees.nodes.len() > trees.roots.len(), "some tree has a split");
    assert!([2, 4].into_iter().all(|n_threads| at(n_threads) == trees));
}

#[test]
fn what_does_not_fit_is_refused() {
    let params = BoostingParams::default();
    let (rows, labels) = rows();
    for bad in [
        BoostingParams { n_leaves: 1, ..params },
        BoostingParams { min_rows: 0, ..params },
        BoostingParams { learning_rate: f64::NAN, ..params },
        BoostingParams { ridge: 0.0, ..params },
        BoostingParams { row_share: 1.5, ..params },
        BoostingParams { feature_share: 0.0, ..params },
    ] {
        let refused = BoostedTrees::fit(&bad, &rows, &labels, &vec![1.0; labels.len()]);
        assert!(matches!(refused, Err(Error::Parameter { .. })), "{bad:?}");
    }
    for (rows, labels) in
        [(&[1.0_f32, 2.0, 3.0][..], &[true, false][..]), (&[1.0, 2.0], &[true, true]), (&[], &[])]
    {
        assert!(BoostedTrees::fit(&params, rows, labels, &vec![1.0; labels.len()]).is_err());
    }
}
