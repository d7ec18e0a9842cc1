/** The denials of policies: one shape of answer for all of them. */
@NullMarked
package io.policyengine.policies.shared.denial;

import org.jspecify.annotations.NullMarked;
