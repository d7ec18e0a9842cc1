@NullMarked
package io.policyengine.testkit.provider;

import org.jspecify.annotations.NullMarked;
