/** The denials of policies: one shape of answer for all of them. */
@NullMarked
package io.policyengine.policies.denial;

import org.jspecify.annotations.NullMarked;
