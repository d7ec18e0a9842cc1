/** The denials of policies, in a common form. */
@NullMarked
package io.policyengine.policies.shared.denial;

import org.jspecify.annotations.NullMarked;
