/**
 * Personal data and secrets in text: each kind is an {@link io.policyengine.policies.content.shared.entities.Entity},
 * found by its form and, if it has any, by its check digits, ranges and lengths.
 *
 * <p>A text may arrive in pieces, see {@link io.policyengine.policies.content.shared.entities.EntityScan}: findings are
 * independent of the division, since nothing is decided while the following text could change it. The undecided part is
 * bounded by {@link io.policyengine.policies.content.shared.entities.EntityFinder#LONGEST}, and the time is linear in
 * the length of the text.
 *
 * <p>Over twenty types, since each kind of entity has its own form and check.
 */
@NullMarked
package io.policyengine.policies.content.shared.entities;

import org.jspecify.annotations.NullMarked;
