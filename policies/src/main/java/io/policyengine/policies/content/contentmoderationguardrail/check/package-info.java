/**
 * The checks that {@code contentModerationGuardrail} performs without a server, as incremental searches ({@link
 * io.policyengine.policies.content.shared.textmatch.TextScan}). The findings do not depend on how a body is divided
 * into chunks.
 */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail.check;

import org.jspecify.annotations.NullMarked;
