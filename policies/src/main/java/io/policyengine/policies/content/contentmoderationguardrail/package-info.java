/**
 * Policy {@code contentModerationGuardrail}: checks the texts of a message, both itself and by requests to other
 * servers.
 *
 * <p>A text is judged in windows. If other servers judge it, the body is read twice: the first reading collects the
 * windows to send, and the second applies the verdicts. A chunk passes once all windows that end in it are judged.
 */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail;

import org.jspecify.annotations.NullMarked;
