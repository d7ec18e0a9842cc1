/** Policies that change messages or respond in place of the upstream, as configured. They do not judge the content. */
@NullMarked
package io.policyengine.policies.message;

import org.jspecify.annotations.NullMarked;
