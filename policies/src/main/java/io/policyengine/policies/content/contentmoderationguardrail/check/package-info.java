/**
 * The checks that {@code contentModerationGuardrail} performs without a server, as incremental searches ({@link
 * io.policyengine.policies.content.shared.textmatch.TextScan}). Findings do not depend on the division into chunks.
 */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail.check;

import org.jspecify.annotations.NullMarked;
