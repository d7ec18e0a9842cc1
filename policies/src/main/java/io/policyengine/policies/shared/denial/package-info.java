/** The denials of policies, which all have the same form. */
@NullMarked
package io.policyengine.policies.shared.denial;

import org.jspecify.annotations.NullMarked;
