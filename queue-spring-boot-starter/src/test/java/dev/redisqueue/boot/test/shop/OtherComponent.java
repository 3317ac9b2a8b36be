package dev.redisqueue.boot.test.shop;

import org.springframework.stereotype.Component;

@Component
public class OtherComponent {

}
