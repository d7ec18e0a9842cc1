/** Tests of the search for prompt injection, and its corpus. */
@NullMarked
package io.policyengine.policies.content.shared.promptinjection;

import org.jspecify.annotations.NullMarked;
