/** Tests of policy {@code piiRedaction}. */
@NullMarked
package io.policyengine.policies.piiredaction;

import org.jspecify.annotations.NullMarked;
