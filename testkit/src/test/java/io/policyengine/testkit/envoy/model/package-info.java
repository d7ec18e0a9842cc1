@NullMarked
package io.policyengine.testkit.envoy.model;

import org.jspecify.annotations.NullMarked;
