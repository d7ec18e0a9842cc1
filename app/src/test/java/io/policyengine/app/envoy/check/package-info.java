@NullMarked
package io.policyengine.app.envoy.check;

import org.jspecify.annotations.NullMarked;
