/** Tests of {@code cache} beyond its cases. */
@NullMarked
package io.policyengine.policies.traffic.cache;

import org.jspecify.annotations.NullMarked;
