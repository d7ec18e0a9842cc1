/**
 * The checks of {@code contentModerationGuardrail} without a server, as incremental searches ({@link
 * io.policyengine.policies.content.shared.textmatch.TextScan}). Their findings are independent of chunking.
 */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail.check;

import org.jspecify.annotations.NullMarked;
