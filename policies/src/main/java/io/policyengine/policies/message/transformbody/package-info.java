/** Policy {@code transformBody}: replaces or changes bodies. */
@NullMarked
package io.policyengine.policies.message.transformbody;

import org.jspecify.annotations.NullMarked;
