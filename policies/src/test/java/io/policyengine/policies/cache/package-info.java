/** Tests of {@code cache} beyond its cases. */
@NullMarked
package io.policyengine.policies.cache;

import org.jspecify.annotations.NullMarked;
