/**
 * The checks of {@code contentModerationGuardrail} that the policy makes itself, as searches in texts that come piece by piece ({@link
 * io.policyengine.policies.content.shared.textmatch.TextScan}). What a search finds is the same wherever the text was cut.
 */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail.check;

import org.jspecify.annotations.NullMarked;
