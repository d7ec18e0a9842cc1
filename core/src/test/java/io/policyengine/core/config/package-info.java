@NullMarked
package io.policyengine.core.config;

import org.jspecify.annotations.NullMarked;
