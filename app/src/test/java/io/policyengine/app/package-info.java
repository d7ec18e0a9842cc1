@NullMarked
package io.policyengine.app;

import org.jspecify.annotations.NullMarked;
