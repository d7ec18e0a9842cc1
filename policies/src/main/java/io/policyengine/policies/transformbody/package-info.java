/** Policy {@code transformBody}: replaces a body, or changes it. */
@NullMarked
package io.policyengine.policies.transformbody;

import org.jspecify.annotations.NullMarked;
