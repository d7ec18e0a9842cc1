/**
 * Policy {@code contentModerationGuardrail}: checks of the texts of a message, by the policy itself and by other servers.
 *
 * <p>A text is judged in windows. Where another server judges, a body is read twice: the first reading only collects windows, the server is asked
 * about them, and the second applies the verdicts. So a chunk goes on when all windows that ended in it have been judged.
 */
@NullMarked
package io.policyengine.policies.content.contentmoderationguardrail;

import org.jspecify.annotations.NullMarked;
