/** Policy {@code transformHeaders}: sets, adds and removes header fields. */
@NullMarked
package io.policyengine.policies.message.transformheaders;

import org.jspecify.annotations.NullMarked;
