@NullMarked
package io.policyengine.app.envoy;

import org.jspecify.annotations.NullMarked;
