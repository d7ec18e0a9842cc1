/**
 * Personal data and secrets in text: each kind of them is an {@link io.policyengine.policies.content.shared.entities.Entity}, found by its shape and, where
 * it has any, by its check digits, ranges and lengths.
 *
 * <p>A text may come piece by piece, see {@link io.policyengine.policies.content.shared.entities.EntityScan}: what is found is the same wherever it is cut,
 * since nothing is decided for as long as what may come next could change it. How much of a text can be undecided is bounded by {@link
 * io.policyengine.policies.content.shared.entities.EntityFinder#LONGEST}, and the time that a text takes is linear in its length.
 *
 * <p>Over twenty types, since each kind of entity has its own shape and check.
 */
@NullMarked
package io.policyengine.policies.content.shared.entities;

import org.jspecify.annotations.NullMarked;
