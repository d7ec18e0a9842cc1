/**
 * Personal data and secrets in text. Each kind is an {@link io.policyengine.policies.content.shared.entities.Entity}.
 * It is found by its form and by any check digits, ranges and lengths that it has.
 *
 * <p>A text may arrive in pieces, see {@link io.policyengine.policies.content.shared.entities.EntityScan}. The findings
 * do not depend on where the pieces end, since nothing is decided while later text could change it. The undecided part
 * is bounded by {@link io.policyengine.policies.content.shared.entities.EntityFinder#LONGEST}, and the time is linear
 * in the length of the text.
 *
 * <p>The package has over twenty types, since each kind of entity has its own form and check.
 */
@NullMarked
package io.policyengine.policies.content.shared.entities;

import org.jspecify.annotations.NullMarked;
