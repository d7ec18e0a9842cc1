/** Tests of policy {@code contentModerationGuardrail}. */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail;

import org.jspecify.annotations.NullMarked;
