/** Tests of the search for prompt injection, and its corpus. */
@NullMarked
package io.policyengine.policies.promptinjection;

import org.jspecify.annotations.NullMarked;
