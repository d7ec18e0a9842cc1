/**
 * The checks of {@code contentModerationGuardrail} that another server performs: OpenAI's moderations, and webhooks.
 */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail.callout;

import org.jspecify.annotations.NullMarked;
