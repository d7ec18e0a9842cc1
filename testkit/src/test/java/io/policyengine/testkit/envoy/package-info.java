@NullMarked
package io.policyengine.testkit.envoy;

import org.jspecify.annotations.NullMarked;
