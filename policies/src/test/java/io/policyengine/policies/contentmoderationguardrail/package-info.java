/** Tests of policy {@code contentModerationGuardrail}. */
@NullMarked
package io.policyengine.policies.contentmoderationguardrail;

import org.jspecify.annotations.NullMarked;
