/** Policy {@code transformBody}: replaces a body, or changes it. */
@NullMarked
package io.policyengine.policies.message.transformbody;

import org.jspecify.annotations.NullMarked;
