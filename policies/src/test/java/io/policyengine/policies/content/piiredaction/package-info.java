/** Tests of policy {@code piiRedaction}. */
@NullMarked
package io.policyengine.policies.content.piiredaction;

import org.jspecify.annotations.NullMarked;
