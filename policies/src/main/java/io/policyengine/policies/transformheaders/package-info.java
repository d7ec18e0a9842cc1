/** Policy {@code transformHeaders}: sets, adds and removes header fields. */
@NullMarked
package io.policyengine.policies.transformheaders;

import org.jspecify.annotations.NullMarked;
